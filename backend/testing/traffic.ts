/** The requests that all processes send to one database, in the order in which they arrive. */

interface Appointment {
  readonly at: number;
  readonly act: () => Promise<unknown>;
}

/** Counts what arrives, and lets things happen after so many arrivals. */
export class Traffic {
  /** Requests that have arrived. */
  calls = 0;
  #appointments: Appointment[] = [];

  /** Lets a request through, after what is to happen before it. */
  async pass<T>(send: () => Promise<T>): Promise<T> {
    await this.#keep((appointment) => appointment.at <= this.calls);
    this.calls++;
    return await send();
  }

  /** Something happens once so many more requests have arrived, before the next one. */
  after(calls: number, act: () => Promise<unknown>): void {
    this.#appointments.push({ at: this.calls + calls, act });
  }

  /** What is still to happen happens now. */
  async flush(): Promise<void> {
    await this.#keep(() => true);
  }

  async #keep(isDue: (appointment: Appointment) => boolean): Promise<void> {
    const due = this.#appointments.filter(isDue);
    this.#appointments = this.#appointments.filter((each) => !due.includes(each));
    for (const { act } of due) await act();
  }
}
