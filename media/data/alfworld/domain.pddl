; Household chores in one room: the rules of ALFWorld-style text games.
; Facts and types carry ALFWorld's names, so that its problem files can be played under these rules.

(define (domain household)
  (:requirements :adl :typing)
  (:types agent location receptacle object rtype otype)

  (:predicates
    ; the room, which never changes
    (receptacleAtLocation ?r - receptacle ?l - location)
    (receptacleType ?r - receptacle ?t - rtype)
    (objectType ?o - object ?t - otype)
    (canContain ?rt - rtype ?ot - otype)
    (openable ?r - receptacle)
    (pickupable ?o - object)
    (moveable ?o - object)
    (cleanable ?o - object)
    (heatable ?o - object)
    (coolable ?o - object)
    (sliceable ?o - object)
    (toggleable ?o - object)
    (isReceptacleObject ?o - object)
    (isReceptacleObjectFull ?o - object)
    (inReceptacleObject ?inner - object ?outer - object)
    ; what the agent does
    (atLocation ?a - agent ?l - location)
    (holds ?a - agent ?o - object)
    (holdsAny ?a - agent)
    (holdsAnyReceptacleObject ?a - agent)
    (attended ?thing)
    ; what it changes
    (objectAtLocation ?o - object ?l - location)
    (inReceptacle ?o - object ?r - receptacle)
    (wasInReceptacle ?o - object ?r - receptacle)
    (opened ?r - receptacle)
    (full ?r - receptacle)
    (isClean ?o - object)
    (isHot ?o - object)
    (isCool ?o - object)
    (isSliced ?o - object)
    (isOn ?o - object)
    (isToggled ?o - object)
    (checked ?r - receptacle)
    (examined ?l - location)
  )

  ; ---- attention: these change nothing but what was attended to ----

  (:action look
    :parameters (?a - agent ?l - location)
    :precondition (atLocation ?a ?l)
    :effect (attended ?l))

  (:action inventory
    :parameters (?a - agent)
    :effect (attended ?a))

  (:action examineReceptacle
    :parameters (?a - agent ?r - receptacle)
    :precondition (exists (?l - location) (and (receptacleAtLocation ?r ?l) (atLocation ?a ?l)))
    :effect (attended ?r))

  (:action examineObject
    :parameters (?a - agent ?o - object)
    :precondition (holds ?a ?o)
    :effect (attended ?o))

  ; ---- moving about ----

  (:action GotoLocation
    :parameters (?a - agent ?r - receptacle ?lStart - location ?lEnd - location)
    :precondition (and (receptacleAtLocation ?r ?lEnd) (atLocation ?a ?lStart))
    :effect (and (atLocation ?a ?lEnd) (not (atLocation ?a ?lStart))))

  ; ---- doors and lids ----

  (:action OpenObject
    :parameters (?a - agent ?r - receptacle ?l - location)
    :precondition (and (atLocation ?a ?l) (receptacleAtLocation ?r ?l) (openable ?r) (not (opened ?r)))
    :effect (opened ?r))

  (:action CloseObject
    :parameters (?a - agent ?r - receptacle ?l - location)
    :precondition (and (atLocation ?a ?l) (receptacleAtLocation ?r ?l) (openable ?r) (opened ?r))
    :effect (not (opened ?r)))

  ; ---- carrying, one thing at a time ----

  (:action PickupObject
    :parameters (?a - agent ?o - object ?r - receptacle ?l - location)
    :precondition (and
      (not (holdsAny ?a))
      (atLocation ?a ?l)
      (receptacleAtLocation ?r ?l)
      (or (opened ?r) (not (openable ?r)))
      (inReceptacle ?o ?r)
      (pickupable ?o))
    :effect (and
      (holdsAny ?a)
      (holds ?a ?o)
      (not (inReceptacle ?o ?r))
      (not (objectAtLocation ?o ?l))))

  (:action PutObject
    :parameters (?a - agent ?o - object ?ot - otype ?r - receptacle ?rt - rtype ?l - location)
    :precondition (and
      (holds ?a ?o)
      (objectType ?o ?ot)
      (atLocation ?a ?l)
      (receptacleAtLocation ?r ?l)
      (or (opened ?r) (not (openable ?r)))
      (receptacleType ?r ?rt)
      (canContain ?rt ?ot))
    :effect (and
      (not (holdsAny ?a))
      (not (holds ?a ?o))
      (inReceptacle ?o ?r)
      (objectAtLocation ?o ?l)))

  ; ---- changing what is held ----

  (:action CleanObject
    :parameters (?a - agent ?o - object ?r - receptacle ?l - location)
    :precondition (and
      (holds ?a ?o)
      (cleanable ?o)
      (atLocation ?a ?l)
      (receptacleAtLocation ?r ?l)
      (or (receptacleType ?r SinkBasinType) (receptacleType ?r SinkType)))
    :effect (isClean ?o))

  (:action HeatObject
    :parameters (?a - agent ?o - object ?r - receptacle ?l - location)
    :precondition (and
      (holds ?a ?o)
      (heatable ?o)
      (atLocation ?a ?l)
      (receptacleAtLocation ?r ?l)
      (receptacleType ?r MicrowaveType))
    :effect (and (not (isCool ?o)) (isHot ?o)))

  (:action CoolObject
    :parameters (?a - agent ?o - object ?r - receptacle ?l - location)
    :precondition (and
      (holds ?a ?o)
      (coolable ?o)
      (atLocation ?a ?l)
      (receptacleAtLocation ?r ?l)
      (receptacleType ?r FridgeType))
    :effect (and (not (isHot ?o)) (isCool ?o)))

  ; ---- changing what lies there ----

  (:action ToggleObject
    :parameters (?a - agent ?o - object ?r - receptacle ?l - location)
    :precondition (and (toggleable ?o) (inReceptacle ?o ?r) (receptacleAtLocation ?r ?l) (atLocation ?a ?l))
    :effect (isToggled ?o))

  (:action SliceObject
    :parameters (?a - agent ?co - object ?ko - object ?l - location)
    :precondition (and
      (holds ?a ?ko)
      (or (objectType ?ko ButterKnifeType) (objectType ?ko KnifeType))
      (sliceable ?co)
      (objectAtLocation ?co ?l)
      (atLocation ?a ?l))
    :effect (isSliced ?co))

  (:action help
    :parameters (?a - agent)
    :effect (attended ?a))
)
