package dev.sluice.picker.routing.target;

import dev.sluice.picker.Linearizability;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// No two requests of a model get the same turn, and none is left out, also when it is a model's first.
@Tag("lincheck")
class RoundCountersLincheckTest {
    @Test
    void eachTurnIsTakenOnce() {
        Linearizability.check(Models.class);
    }

    @Param(name = "model", gen = IntGen.class, conf = "0:1")
    public static class Models {
        private static final PoolId POOL = new PoolId("ml", "pool");

        private final RoundCounters rounds = new RoundCounters();

        @Operation
        public long next(@Param(name = "model") int model) {
            return rounds.next(POOL, new ModelName("model-" + model));
        }
    }
}
