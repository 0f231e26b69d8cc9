/** How the client counts lines and columns; this adapter counts both from 1. */
export class ClientLines {
  private linesFrom = 1;
  private columnsFrom = 1;

  /** Takes over what `initialize` says; both start at 1 where it says nothing. */
  agree(convention: {
    readonly linesStartAt1: boolean | undefined;
    readonly columnsStartAt1: boolean | undefined;
  }): void {
    this.linesFrom = convention.linesStartAt1 === false ? 0 : 1;
    this.columnsFrom = convention.columnsStartAt1 === false ? 0 : 1;
  }

  line(line: number): number {
    return line - 1 + this.linesFrom;
  }

  column(column: number): number {
    return column - 1 + this.columnsFrom;
  }

  /** A line of the client as this adapter counts. */
  ours(line: number): number {
    return line - this.linesFrom + 1;
  }

  /** A column of the client as an offset in its line. */
  offset(column: number): number {
    return Math.max(0, column - this.columnsFrom);
  }
}
