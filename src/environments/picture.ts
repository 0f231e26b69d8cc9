/** What an environment's state looks like, as data; the panel draws it. Never HTML. */
export type Picture = GridPicture | RoomPicture | ShopPicture;

export type GridColor = 'red' | 'green' | 'blue' | 'purple' | 'yellow' | 'grey';

export interface GridThing {
  readonly kind: 'key' | 'ball' | 'box' | 'door' | 'wall';
  /** null for walls. */
  readonly color: GridColor | null;
  /** Doors only. */
  readonly state: 'open' | 'closed' | 'locked' | null;
}

/** BabyAI-Text: the whole grid, and which of it the agent sees. */
export interface GridPicture {
  readonly kind: 'grid';
  readonly width: number;
  readonly height: number;
  /** Row by row from the top left; null is an empty cell. */
  readonly cells: readonly (GridThing | null)[];
  /** By cell as `cells`: whether the agent sees it now. */
  readonly visible: readonly boolean[];
  /** Indices into `cells` of the mission's target objects. */
  readonly targets: readonly number[];
  readonly agent: {
    readonly x: number;
    readonly y: number;
    /** 0 right, 1 down, 2 left, 3 up. */
    readonly direction: 0 | 1 | 2 | 3;
    readonly carrying: GridThing | null;
  };
}

export interface RoomReceptacle {
  readonly name: string;
  /** `plain` for what cannot be opened. */
  readonly state: 'open' | 'closed' | 'plain';
  /** The agent stands at it. */
  readonly here: boolean;
  /** Whether the agent has seen what is in or on it. */
  readonly seen: boolean;
  /** What the agent knows to be there. */
  readonly known: readonly RoomObject[];
  /** What is there but has not been seen by the agent; shown only on request. */
  readonly hidden: readonly RoomObject[];
  /** True where the goal wants something put, used or examined. */
  readonly target: boolean;
}

export interface RoomObject {
  readonly name: string;
  /** For example `hot`, `clean`, `sliced`, `on`. */
  readonly states: readonly string[];
  /** Of the kind that the goal asks for. */
  readonly target: boolean;
}

/** ALFWorld: the room as a map of receptacles. */
export interface RoomPicture {
  readonly kind: 'room';
  readonly title: string;
  readonly receptacles: readonly RoomReceptacle[];
  readonly holding: readonly RoomObject[];
}

export interface ShopOption {
  readonly name: string;
  readonly values: readonly { readonly value: string; readonly chosen: boolean }[];
}

export interface ShopResult {
  readonly id: string;
  readonly title: string;
  readonly price: string;
  readonly visited: boolean;
}

/** WebShop: one page of the shop. */
export interface ShopPicture {
  readonly kind: 'shop';
  readonly page: 'index' | 'results' | 'item' | 'item-sub' | 'done';
  readonly instruction: string;
  readonly title: string;
  readonly price: string | null;
  readonly query: string | null;
  readonly pageNumber: number | null;
  readonly total: number | null;
  readonly results: readonly ShopResult[];
  readonly options: readonly ShopOption[];
  /** Text of a sub page or of the done page, a paragraph an entry. */
  readonly paragraphs: readonly string[];
  /** Labels of what can be clicked besides results and option values. */
  readonly buttons: readonly string[];
}
