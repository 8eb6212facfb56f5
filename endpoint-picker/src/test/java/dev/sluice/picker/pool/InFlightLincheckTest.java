package dev.sluice.picker.pool;

import dev.sluice.picker.Linearizability;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Each number of [InFlight] is what it could be if one thread after the other used it. Not so all of them
/// together: who places a request changes one after the other, without a lock, and others may see it in between.
@Tag("lincheck")
class InFlightLincheckTest {
    @Test
    void requestsAreCounted() {
        Linearizability.check(Requests.class);
    }

    @Test
    void theirTokensAreCounted() {
        Linearizability.check(ContextTokens.class);
    }

    @Test
    void theirPrefillsAreDoneOneAfterTheOther() {
        Linearizability.check(PrefillDone.class);
    }

    public static class Requests {
        private final InFlight inFlight = new InFlight();

        @Operation
        public void place() {
            inFlight.place(0, 1, 1);
        }

        @Operation
        public void release() {
            inFlight.release(1);
        }

        @Operation
        public int requests() {
            return inFlight.requests();
        }
    }

    @Param(name = "tokens", gen = IntGen.class, conf = "1:3")
    public static class ContextTokens {
        private final InFlight inFlight = new InFlight();

        @Operation
        public void place(@Param(name = "tokens") int tokens) {
            inFlight.place(0, 1, tokens);
        }

        @Operation
        public void release(@Param(name = "tokens") int tokens) {
            inFlight.release(tokens);
        }

        @Operation
        public long contextTokens() {
            return inFlight.contextTokens();
        }
    }

    @Param(name = "nanos", gen = IntGen.class, conf = "1:3")
    public static class PrefillDone {
        private final InFlight inFlight = new InFlight();

        @Operation
        public long place(@Param(name = "nanos") int nanos) {
            return inFlight.place(0, nanos, 1);
        }

        @Operation
        public void withdraw(@Param(name = "nanos") int nanos) {
            inFlight.withdraw(0, nanos);
        }

        @Operation
        public long backlog() {
            return inFlight.prefillBacklogNanos(0);
        }
    }
}
