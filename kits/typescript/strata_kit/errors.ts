/** An error that a method throws for its caller, or hands to a callback. */
export class StrataError extends Error {
  readonly ref: number;

  constructor(name = "", text = "", ref = 0) {
    super(text || name);
    this.name = name;
    this.ref = ref;
  }

  /** The same error, saying more. */
  withText(text: string): StrataError {
    return new StrataError(this.name, text, this.ref);
  }

  /** Whether this is that error of the contracts, whatever its text. */
  isA(other: StrataError): boolean {
    return this.name !== "" && this.name === other.name;
  }

  /** How it is written on the boundary. */
  toJSON(): object {
    return { name: this.name, text: this.message, ref: this.ref };
  }
}

/** A step of a skeleton, such as gossip.2, that is not written yet. */
export class NotWritten extends Error {}

/** The StrataError that was caught. Whatever else was thrown is thrown again. */
export function caught(err: unknown): StrataError {
  if (err instanceof StrataError) {
    return err;
  }
  throw err;
}
