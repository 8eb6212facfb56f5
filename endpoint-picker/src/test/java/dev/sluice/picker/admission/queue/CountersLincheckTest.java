package dev.sluice.picker.admission.queue;

import dev.sluice.picker.Linearizability;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What threads see of the counters is what they could see if one after the other used them.
@Tag("lincheck")
class CountersLincheckTest {
    @Test
    void tenantsAreChargedOnce() {
        Linearizability.check(Charges.class);
    }

    @Test
    void bytesAreHeldUpToTheLimit() {
        Linearizability.check(Bytes.class);
    }

    @Param(name = "tokens", gen = IntGen.class, conf = "0:3")
    public static class Charges {
        private final TenantCounters account = new TenantCounters();

        @Operation
        public void charge(@Param(name = "tokens") int tokens) {
            account.charge(0, tokens * (TenantCounters.MOST_DEBT / 2));
        }

        @Operation
        public void enter(@Param(name = "tokens") int level) {
            account.enter(0, level * (TenantCounters.MOST_DEBT / 2));
        }

        @Operation
        public long served() {
            return account.served(0);
        }
    }

    @Param(name = "bytes", gen = IntGen.class, conf = "1:3")
    public static class Bytes {
        private final HeldBytes held = new HeldBytes(4);

        @Operation
        public boolean reserve(@Param(name = "bytes") int bytes) {
            return held.reserve(bytes);
        }

        @Operation
        public void release(@Param(name = "bytes") int bytes) {
            held.release(bytes);
        }

        @Operation
        public long held() {
            return held.held();
        }
    }
}
