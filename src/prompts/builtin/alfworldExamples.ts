/**
 * Worked examples for ALFWorld, two for each task type, in the commands and texts of the benchmark's old language
 * (`put X in/on Y`). The households are our own; every observation is what the grammar says in them, and every verdict
 * follows the rule: GOOD when the step was necessary for the goal or brought information that is needed, BAD when it was
 * useless or wrong, UNKNOWN when the history cannot tell.
 */
export const alfworldExamples = {
  'examples.pick-and-place-simple': `You are in the middle of a room. Looking quickly around you, you see a cabinet 4, a cabinet 3, a cabinet 2, a cabinet 1, a coffeemachine 1, a countertop 2, a countertop 1, a diningtable 1, a drawer 2, a drawer 1, a fridge 1, a garbagecan 1, a microwave 1, a sinkbasin 1, a stoveburner 2, a stoveburner 1, and a toaster 1.
Your task is to: put some spoon on countertop.
> think: I have to find a spoon, take it, and put it on a countertop. Spoons are often in drawers or on tables, so I look there first.
OK.
> go to drawer 2
You arrive at loc 9. The drawer 2 is closed.
==> critic: The drawer is closed, so nothing tells yet whether a spoon is in it. This step is UNKNOWN.
> open drawer 2
You open the drawer 2. The drawer 2 is open. In it, you see a spatula 1.
==> critic: The drawer holds a spatula and no spoon, so this place need not be searched again. This step is GOOD.
> go to cabinet 1
You arrive at loc 8. The cabinet 1 is closed.
==> critic: The cabinet is closed; whether a spoon is in it can not be told. This step is UNKNOWN.
> open cabinet 1
You open the cabinet 1. The cabinet 1 is open. In it, you see nothing.
==> critic: The cabinet is empty, so it can be left out of the search. This step is GOOD.
> go to drawer 1
You arrive at loc 16. The drawer 1 is closed.
==> critic: This drawer is closed too, so it is not known yet whether it holds a spoon. This step is UNKNOWN.
> open drawer 1
You open the drawer 1. The drawer 1 is open. In it, you see a spoon 2, and a fork 1.
==> critic: There is spoon 2 in the drawer, which is what the task asks for. This step is GOOD.
> take spoon 2 from drawer 1
You pick up the spoon 2 from the drawer 1.
==> critic: I hold spoon 2 now, which is necessary before it can be put on a countertop. This step is GOOD.
> think: Now I have a spoon. Next I have to put it on a countertop.
OK.
> go to countertop 1
You arrive at loc 12. On the countertop 1, you see a bowl 1, a knife 2, and a mug 1.
==> critic: I am at a countertop with the spoon in hand, so it can be put down here. This step is GOOD.
> put spoon 2 in/on countertop 1
You put the spoon 2 in/on the countertop 1.
==> critic: The spoon is on the countertop, so the task is done. This step is GOOD.

You are in the middle of a room. Looking quickly around you, you see a armchair 1, a bed 1, a desk 1, a drawer 3, a drawer 2, a drawer 1, a dresser 1, a garbagecan 1, a shelf 2, a shelf 1, and a sidetable 1.
Your task is to: put a pencil in shelf.
> think: I have to find a pencil and put it in a shelf. A pencil is most likely on the desk.
OK.
> go to bed 1
You arrive at loc 11. On the bed 1, you see a pillow 1.
==> critic: There is only a pillow on the bed, and a pencil was much more likely on the desk. This step is BAD.
> go to desk 1
You arrive at loc 7. On the desk 1, you see a book 1, a desklamp 1, and a pencil 2.
==> critic: There is pencil 2 on the desk, which is what the task asks for. This step is GOOD.
> take pencil 2 from desk 1
You pick up the pencil 2 from the desk 1.
==> critic: I hold pencil 2 now, which is necessary before it can be put in a shelf. This step is GOOD.
> put pencil 2 in/on shelf 1
Nothing happens.
==> critic: Nothing happened, because I am still at the desk and not at the shelf. This step is BAD.
> go to shelf 1
You arrive at loc 1. On the shelf 1, you see a vase 1.
==> critic: I am at the shelf with the pencil in hand, so it can be put down here. This step is GOOD.
> put pencil 2 in/on shelf 1
You put the pencil 2 in/on the shelf 1.
==> critic: The pencil is in the shelf, so the task is done. This step is GOOD.
`,
  'examples.look-at-obj-in-light': `You are in the middle of a room. Looking quickly around you, you see a armchair 1, a bed 1, a desk 1, a drawer 3, a drawer 2, a drawer 1, a dresser 1, a garbagecan 1, a shelf 2, a shelf 1, and a sidetable 1.
Your task is to: look at mug under the desklamp.
> think: I have to find a mug and a desklamp, and use the lamp while I hold the mug. I look at the desk first.
OK.
> go to desk 1
You arrive at loc 7. On the desk 1, you see a mug 1, a pen 2, and a pencil 1.
==> critic: There is mug 1 on the desk, which is what the task asks for; the lamp is not here. This step is GOOD.
> take mug 1 from desk 1
You pick up the mug 1 from the desk 1.
==> critic: I hold the mug now, which is necessary to look at it under the lamp. This step is GOOD.
> think: Now I have the mug. I have to find a desklamp; it may be on the sidetable, the dresser or a shelf.
OK.
> go to bed 1
You arrive at loc 11. On the bed 1, you see a laptop 1.
==> critic: There is a laptop on the bed; a bed is no likely place for a lamp, so this did not help. This step is BAD.
> go to sidetable 1
You arrive at loc 8. On the sidetable 1, you see a desklamp 1, and a alarmclock 1.
==> critic: There is desklamp 1 on the sidetable, so I have found both things. This step is GOOD.
> use desklamp 1
You turn on the desklamp 1.
==> critic: The lamp is on while I hold the mug, so the task is done. This step is GOOD.

You are in the middle of a room. Looking quickly around you, you see a armchair 1, a bed 1, a desk 1, a drawer 3, a drawer 2, a drawer 1, a dresser 1, a garbagecan 1, a shelf 2, a shelf 1, and a sidetable 1.
Your task is to: examine the book with the desklamp.
> think: I have to find a book and hold it while a desklamp is on. Books may be on a shelf, on the desk, or in a drawer.
OK.
> go to desk 1
You arrive at loc 7. On the desk 1, you see a desklamp 1, and a cd 1.
==> critic: There is desklamp 1 on the desk, which is needed later; the book is not here. This step is GOOD.
> use desklamp 1
You turn on the desklamp 1.
==> critic: The lamp is on, but I do not hold the book yet, so this does not fulfil the task. This step is BAD.
> go to drawer 1
You arrive at loc 6. The drawer 1 is closed.
==> critic: The drawer is closed; whether the book is in it can not be told. This step is UNKNOWN.
> open drawer 1
You open the drawer 1. The drawer 1 is open. In it, you see a keychain 1.
==> critic: There is a keychain and no book in the drawer, so it need not be searched again. This step is GOOD.
> go to shelf 2
You arrive at loc 5. On the shelf 2, you see a book 2.
==> critic: There is book 2 on the shelf, which is what the task asks for. This step is GOOD.
> take book 2 from shelf 2
You pick up the book 2 from the shelf 2.
==> critic: I hold the book now, which is necessary to examine it with the lamp. This step is GOOD.
> think: Now I have the book. The desklamp is on the desk.
OK.
> go to desk 1
You arrive at loc 7. On the desk 1, you see a desklamp 1, and a cd 1.
==> critic: I am at the lamp with the book in hand. This step is GOOD.
> use desklamp 1
You turn on the desklamp 1.
==> critic: The lamp is used while I hold the book, so the task is done. This step is GOOD.
`,
  'examples.pick-clean-then-place-in-recep': `You are in the middle of a room. Looking quickly around you, you see a cabinet 4, a cabinet 3, a cabinet 2, a cabinet 1, a coffeemachine 1, a countertop 2, a countertop 1, a diningtable 1, a drawer 2, a drawer 1, a fridge 1, a garbagecan 1, a microwave 1, a sinkbasin 1, a stoveburner 2, a stoveburner 1, and a toaster 1.
Your task is to: put a clean plate in cabinet.
> think: I have to find a plate, clean it at the sinkbasin, and put it in a cabinet. Plates are often on the table.
OK.
> go to diningtable 1
You arrive at loc 2. On the diningtable 1, you see a bread 1, and a plate 1.
==> critic: There is plate 1 on the table, which is what the task asks for. This step is GOOD.
> take plate 1 from diningtable 1
You pick up the plate 1 from the diningtable 1.
==> critic: I hold the plate now; next it has to be cleaned. This step is GOOD.
> think: Now I have a plate. I have to clean it with the sinkbasin.
OK.
> go to cabinet 1
You arrive at loc 8. The cabinet 1 is closed.
==> critic: The plate is not clean yet, so it is too early to go to the cabinet. This step is BAD.
> go to sinkbasin 1
You arrive at loc 10. On the sinkbasin 1, you see a dishsponge 1.
==> critic: I am at the sinkbasin with the plate in hand, so it can be cleaned. This step is GOOD.
> clean plate 1 with sinkbasin 1
You clean the plate 1 using the sinkbasin 1.
==> critic: The plate is clean now, as the task asks. This step is GOOD.
> go to cabinet 1
You arrive at loc 8. The cabinet 1 is closed.
==> critic: I am at a cabinet with the clean plate, but it is closed and has to be opened. This step is GOOD.
> open cabinet 1
You open the cabinet 1. The cabinet 1 is open. In it, you see nothing.
==> critic: The cabinet is open, so the plate can be put in. This step is GOOD.
> put plate 1 in/on cabinet 1
You put the plate 1 in/on the cabinet 1.
==> critic: The clean plate is in the cabinet, so the task is done. This step is GOOD.

You are in the middle of a room. Looking quickly around you, you see a bathtubbasin 1, a cabinet 3, a cabinet 2, a cabinet 1, a countertop 1, a garbagecan 1, a handtowelholder 1, a sinkbasin 1, a toilet 1, a toiletpaperhanger 1, and a towelholder 1.
Your task is to: clean some cloth and put it in bathtubbasin.
> think: I have to find a cloth, clean it with the sinkbasin, and put it in the bathtubbasin. It may be on the countertop or in a cabinet.
OK.
> go to countertop 1
You arrive at loc 10. On the countertop 1, you see a candle 1, and a soapbottle 2.
==> critic: There is no cloth on the countertop, which was a likely place, so the cabinets come next. This step is GOOD.
> go to cabinet 1
You arrive at loc 3. The cabinet 1 is closed.
==> critic: The cabinet is closed; whether a cloth is in it can not be told. This step is UNKNOWN.
> open cabinet 1
You open the cabinet 1. The cabinet 1 is open. In it, you see nothing.
==> critic: The cabinet is empty, so it can be left out of the search. This step is GOOD.
> open cabinet 2
Nothing happens.
==> critic: Nothing happened, because I am at cabinet 1 and have to go to cabinet 2 first. This step is BAD.
> go to cabinet 2
You arrive at loc 7. The cabinet 2 is closed.
==> critic: The cabinet is closed; whether a cloth is in it can not be told. This step is UNKNOWN.
> open cabinet 2
You open the cabinet 2. The cabinet 2 is open. In it, you see a cloth 1.
==> critic: There is cloth 1 in the cabinet, which is what the task asks for. This step is GOOD.
> take cloth 1 from cabinet 2
You pick up the cloth 1 from the cabinet 2.
==> critic: I hold the cloth now; next it has to be cleaned. This step is GOOD.
> go to sinkbasin 1
You arrive at loc 9. On the sinkbasin 1, you see nothing.
==> critic: I am at the sinkbasin with the cloth in hand, so it can be cleaned. This step is GOOD.
> clean cloth 1 with sinkbasin 1
You clean the cloth 1 using the sinkbasin 1.
==> critic: The cloth is clean now, as the task asks. This step is GOOD.
> go to bathtubbasin 1
You arrive at loc 4. On the bathtubbasin 1, you see nothing.
==> critic: I am at the bathtubbasin with the clean cloth. This step is GOOD.
> put cloth 1 in/on bathtubbasin 1
You put the cloth 1 in/on the bathtubbasin 1.
==> critic: The clean cloth is in the bathtubbasin, so the task is done. This step is GOOD.
`,
  'examples.pick-heat-then-place-in-recep': `You are in the middle of a room. Looking quickly around you, you see a cabinet 4, a cabinet 3, a cabinet 2, a cabinet 1, a coffeemachine 1, a countertop 2, a countertop 1, a diningtable 1, a drawer 2, a drawer 1, a fridge 1, a garbagecan 1, a microwave 1, a sinkbasin 1, a stoveburner 2, a stoveburner 1, and a toaster 1.
Your task is to: put a hot apple in garbagecan.
> think: I have to find an apple, heat it with the microwave, and put it in the garbagecan. Apples may be on a table, on a countertop, or in the fridge.
OK.
> go to diningtable 1
You arrive at loc 2. On the diningtable 1, you see a bread 1, and a lettuce 1.
==> critic: There is no apple on the table, which was a likely place, so the countertops come next. This step is GOOD.
> go to countertop 2
You arrive at loc 5. On the countertop 2, you see a apple 2, and a saltshaker 1.
==> critic: There is apple 2 on the countertop, which is what the task asks for. This step is GOOD.
> take apple 2 from countertop 2
You pick up the apple 2 from the countertop 2.
==> critic: I hold the apple now; next it has to be heated. This step is GOOD.
> think: Now I have an apple. I have to heat it with the microwave.
OK.
> go to toaster 1
You arrive at loc 14. On the toaster 1, you see nothing.
==> critic: An apple can not be heated here; the task needs the microwave. This step is BAD.
> go to microwave 1
You arrive at loc 3. The microwave 1 is closed.
==> critic: I am at the microwave with the apple in hand, so it can be heated. This step is GOOD.
> heat apple 2 with microwave 1
You heat the apple 2 using the microwave 1.
==> critic: The apple is hot now, as the task asks. This step is GOOD.
> go to garbagecan 1
You arrive at loc 13. On the garbagecan 1, you see nothing.
==> critic: I am at the garbagecan with the hot apple. This step is GOOD.
> put apple 2 in/on garbagecan 1
You put the apple 2 in/on the garbagecan 1.
==> critic: The hot apple is in the garbagecan, so the task is done. This step is GOOD.

You are in the middle of a room. Looking quickly around you, you see a cabinet 4, a cabinet 3, a cabinet 2, a cabinet 1, a coffeemachine 1, a countertop 2, a countertop 1, a diningtable 1, a drawer 2, a drawer 1, a fridge 1, a garbagecan 1, a microwave 1, a sinkbasin 1, a stoveburner 2, a stoveburner 1, and a toaster 1.
Your task is to: heat some mug and put it in coffeemachine.
> think: I have to find a mug, heat it with the microwave, and put it in the coffeemachine. A mug may stand on a countertop or in a cabinet.
OK.
> go to countertop 1
You arrive at loc 12. On the countertop 1, you see a papertowelroll 1.
==> critic: There is no mug on the countertop, which was a likely place, so the cabinets come next. This step is GOOD.
> go to cabinet 3
You arrive at loc 11. The cabinet 3 is closed.
==> critic: The cabinet is closed; whether a mug is in it can not be told. This step is UNKNOWN.
> open cabinet 3
You open the cabinet 3. The cabinet 3 is open. In it, you see a mug 1.
==> critic: There is mug 1 in the cabinet, which is what the task asks for. This step is GOOD.
> take mug 1 from cabinet 3
You pick up the mug 1 from the cabinet 3.
==> critic: I hold the mug now; next it has to be heated. This step is GOOD.
> close cabinet 3
You close the cabinet 3.
==> critic: Closing the cabinet does not help, for nothing more is needed from it. This step is BAD.
> go to microwave 1
You arrive at loc 3. The microwave 1 is closed.
==> critic: I am at the microwave with the mug in hand, so it can be heated. This step is GOOD.
> heat mug 1 with microwave 1
You heat the mug 1 using the microwave 1.
==> critic: The mug is hot now, as the task asks. This step is GOOD.
> go to coffeemachine 1
You arrive at loc 15. On the coffeemachine 1, you see nothing.
==> critic: I am at the coffeemachine with the hot mug. This step is GOOD.
> put mug 1 in/on coffeemachine 1
You put the mug 1 in/on the coffeemachine 1.
==> critic: The hot mug is in the coffeemachine, so the task is done. This step is GOOD.
`,
  'examples.pick-cool-then-place-in-recep': `You are in the middle of a room. Looking quickly around you, you see a cabinet 4, a cabinet 3, a cabinet 2, a cabinet 1, a coffeemachine 1, a countertop 2, a countertop 1, a diningtable 1, a drawer 2, a drawer 1, a fridge 1, a garbagecan 1, a microwave 1, a sinkbasin 1, a stoveburner 2, a stoveburner 1, and a toaster 1.
Your task is to: put a cool tomato in microwave.
> think: I have to find a tomato, cool it with the fridge, and put it in the microwave. Tomatoes may be on a countertop, in the sinkbasin, or in the fridge.
OK.
> go to countertop 1
You arrive at loc 12. On the countertop 1, you see a peppershaker 1.
==> critic: There is no tomato on this countertop, which was a likely place, so it need not be searched again. This step is GOOD.
> go to sinkbasin 1
You arrive at loc 10. On the sinkbasin 1, you see a tomato 1, and a fork 2.
==> critic: There is tomato 1 in the sinkbasin, which is what the task asks for. This step is GOOD.
> take tomato 1 from sinkbasin 1
You pick up the tomato 1 from the sinkbasin 1.
==> critic: I hold the tomato now; next it has to be cooled. This step is GOOD.
> think: Now I have a tomato. I have to cool it with the fridge.
OK.
> go to fridge 1
You arrive at loc 6. The fridge 1 is closed.
==> critic: I am at the fridge with the tomato in hand, so it can be cooled. This step is GOOD.
> open fridge 1
You open the fridge 1. The fridge 1 is open. In it, you see a potato 1.
==> critic: The fridge need not be open to cool something with it, so this was not necessary. This step is BAD.
> cool tomato 1 with fridge 1
You cool the tomato 1 using the fridge 1.
==> critic: The tomato is cool now, as the task asks. This step is GOOD.
> go to microwave 1
You arrive at loc 3. The microwave 1 is closed.
==> critic: I am at the microwave with the cool tomato, but it is closed and has to be opened. This step is GOOD.
> open microwave 1
You open the microwave 1. The microwave 1 is open. In it, you see nothing.
==> critic: The microwave is open, so the tomato can be put in. This step is GOOD.
> put tomato 1 in/on microwave 1
You put the tomato 1 in/on the microwave 1.
==> critic: The cool tomato is in the microwave, so the task is done. This step is GOOD.

You are in the middle of a room. Looking quickly around you, you see a cabinet 4, a cabinet 3, a cabinet 2, a cabinet 1, a coffeemachine 1, a countertop 2, a countertop 1, a diningtable 1, a drawer 2, a drawer 1, a fridge 1, a garbagecan 1, a microwave 1, a sinkbasin 1, a stoveburner 2, a stoveburner 1, and a toaster 1.
Your task is to: cool some pan and put it in diningtable.
> think: I have to find a pan, cool it with the fridge, and put it on the diningtable. A pan is most likely on a stoveburner.
OK.
> go to stoveburner 1
You arrive at loc 7. On the stoveburner 1, you see a pot 1.
==> critic: There is a pot and no pan here; the pan may be on the other stoveburner, so nothing is settled yet. This step is UNKNOWN.
> go to stoveburner 2
You arrive at loc 17. On the stoveburner 2, you see a pan 1.
==> critic: There is pan 1 on the stoveburner, which is what the task asks for. This step is GOOD.
> take pan 1 from stoveburner 2
You pick up the pan 1 from the stoveburner 2.
==> critic: I hold the pan now; next it has to be cooled. This step is GOOD.
> go to sinkbasin 1
You arrive at loc 10. On the sinkbasin 1, you see nothing.
==> critic: The task asks for a cool pan and not for a clean one, so the sinkbasin is the wrong place. This step is BAD.
> go to fridge 1
You arrive at loc 6. The fridge 1 is closed.
==> critic: I am at the fridge with the pan in hand, so it can be cooled. This step is GOOD.
> cool pan 1 with fridge 1
You cool the pan 1 using the fridge 1.
==> critic: The pan is cool now, as the task asks. This step is GOOD.
> go to diningtable 1
You arrive at loc 2. On the diningtable 1, you see nothing.
==> critic: I am at the diningtable with the cool pan. This step is GOOD.
> put pan 1 in/on diningtable 1
You put the pan 1 in/on the diningtable 1.
==> critic: The cool pan is on the diningtable, so the task is done. This step is GOOD.
`,
  'examples.pick-two-obj-and-place': `You are in the middle of a room. Looking quickly around you, you see a armchair 1, a bed 1, a desk 1, a drawer 3, a drawer 2, a drawer 1, a dresser 1, a garbagecan 1, a shelf 2, a shelf 1, and a sidetable 1.
Your task is to: put two cd in drawer.
> think: I have to find two cds and put them in a drawer, one after the other, for I can carry only one thing.
OK.
> go to desk 1
You arrive at loc 7. On the desk 1, you see a cd 3, and a pen 1.
==> critic: There is cd 3 on the desk, one of the two that the task asks for. This step is GOOD.
> take cd 3 from desk 1
You pick up the cd 3 from the desk 1.
==> critic: I hold the first cd now. This step is GOOD.
> go to drawer 1
You arrive at loc 6. The drawer 1 is closed.
==> critic: I am at a drawer with the first cd, but it is closed and has to be opened. This step is GOOD.
> open drawer 1
You open the drawer 1. The drawer 1 is open. In it, you see nothing.
==> critic: The drawer is open and empty, so the cd can be put in. This step is GOOD.
> put cd 3 in/on drawer 1
You put the cd 3 in/on the drawer 1.
==> critic: The first cd is in the drawer; one more is needed. This step is GOOD.
> think: The first cd is in drawer 1. Now I have to find a second one.
OK.
> take cd 3 from drawer 1
You pick up the cd 3 from the drawer 1.
==> critic: This takes back the cd that was already in its place. This step is BAD.
> put cd 3 in/on drawer 1
You put the cd 3 in/on the drawer 1.
==> critic: The first cd is in the drawer again, which was necessary after it had been taken out. This step is GOOD.
> go to dresser 1
You arrive at loc 2. On the dresser 1, you see a watch 1.
==> critic: There is only a watch on the dresser; where the second cd is can not be told yet. This step is UNKNOWN.
> go to shelf 1
You arrive at loc 1. On the shelf 1, you see a cd 1.
==> critic: There is cd 1 on the shelf, the second one that is needed. This step is GOOD.
> take cd 1 from shelf 1
You pick up the cd 1 from the shelf 1.
==> critic: I hold the second cd now. This step is GOOD.
> go to drawer 1
You arrive at loc 6. The drawer 1 is open. In it, you see a cd 3.
==> critic: I am at the drawer that holds the first cd, and it is open. This step is GOOD.
> put cd 1 in/on drawer 1
You put the cd 1 in/on the drawer 1.
==> critic: Both cds are in the drawer, so the task is done. This step is GOOD.

You are in the middle of a room. Looking quickly around you, you see a bathtubbasin 1, a cabinet 3, a cabinet 2, a cabinet 1, a countertop 1, a garbagecan 1, a handtowelholder 1, a sinkbasin 1, a toilet 1, a toiletpaperhanger 1, and a towelholder 1.
Your task is to: find two soapbottle and put them in cabinet.
> think: I have to find two soapbottles and put them in a cabinet, one after the other. I look at the countertop first.
OK.
> go to countertop 1
You arrive at loc 10. On the countertop 1, you see a soapbottle 1, and a mirror 1.
==> critic: There is soapbottle 1 on the countertop, one of the two that the task asks for. This step is GOOD.
> take soapbottle 1 from countertop 1
You pick up the soapbottle 1 from the countertop 1.
==> critic: I hold the first soapbottle now. This step is GOOD.
> go to toilet 1
You arrive at loc 5. On the toilet 1, you see a soapbottle 2.
==> critic: There is soapbottle 2 here, but my hand is full; whether this way round saves steps can not be told. This step is UNKNOWN.
> take soapbottle 2 from toilet 1
Nothing happens.
==> critic: Nothing happened, because I can carry only one thing. This step is BAD.
> go to cabinet 1
You arrive at loc 3. The cabinet 1 is closed.
==> critic: I am at a cabinet with the first soapbottle, but it is closed and has to be opened. This step is GOOD.
> open cabinet 1
You open the cabinet 1. The cabinet 1 is open. In it, you see a spraybottle 1.
==> critic: The cabinet is open, so the soapbottle can be put in. This step is GOOD.
> put soapbottle 1 in/on cabinet 1
You put the soapbottle 1 in/on the cabinet 1.
==> critic: The first soapbottle is in the cabinet; the second one is at the toilet. This step is GOOD.
> think: The first soapbottle is in cabinet 1. The second one is on the toilet.
OK.
> go to toilet 1
You arrive at loc 5. On the toilet 1, you see a soapbottle 2.
==> critic: I am at the second soapbottle with a free hand. This step is GOOD.
> take soapbottle 2 from toilet 1
You pick up the soapbottle 2 from the toilet 1.
==> critic: I hold the second soapbottle now. This step is GOOD.
> go to cabinet 1
You arrive at loc 3. The cabinet 1 is open. In it, you see a spraybottle 1, and a soapbottle 1.
==> critic: I am at the cabinet that holds the first soapbottle, and it is open. This step is GOOD.
> put soapbottle 2 in/on cabinet 1
You put the soapbottle 2 in/on the cabinet 1.
==> critic: Both soapbottles are in the cabinet, so the task is done. This step is GOOD.
`,
} as const;
