package dev.sluice.picker.cost;

/// A time that was measured, and the work that it is the time of: a sum of known multiples of the six numbers
/// of [Rates].
public sealed interface Observation {
    /// As measured.
    double millis();

    /// The part of it that the terms make up.
    default double workMillis() {
        return millis();
    }

    /// Writes the multiples of p0, p1, p2, d0, d1 and d2 that the time is made of.
    void terms(double[] into);

    /// The standard deviation of what chance adds to the time, whatever the hardware [ms].
    double chanceMillis(Rates rates);

    /// How long the first token of a request took that met no queued prefill.
    ///
    /// An engine without other work computes the prompt and nothing else; the host's part of that step, which is
    /// counted in d0 and not in p0, is taken off. An engine that decodes is met in the middle of a step, half
    /// of which remains on average; then comes the step that carries the prompt: together one and a half steps.
    /// The constant p0, which is reading the weights, is part of that step.
    ///
    /// @param tokens of the prompt
    /// @param cached tokens of it that the engine found in its cache
    /// @param ahead prefill that other requests may have had the engine do first, as a multiple of this one's: a guess
    ///     that may be wrong by as much
    /// @param batch requests that decoded meanwhile
    /// @param contextTokens which they held
    record FirstToken(
            double millis, double tokens, double cached, double ahead, double batch, double contextTokens)
            implements Observation {
        private static final double STEPS = 1.5;
        /// Of a wait that lies anywhere between nothing and one step.
        private static final double DEVIATION = Math.sqrt(1.0 / 12);

        @Override
        public double workMillis() {
            return batch > 0 ? millis : millis - PublishedRates.HOST_STEP_MILLIS;
        }

        @Override
        public void terms(double[] into) {
            double steps = batch > 0 ? STEPS : 0;
            into[0] = batch > 0 ? 0 : 1;
            into[1] = (1 + ahead) * (tokens - cached);
            into[2] = (1 + ahead) * (tokens * tokens - cached * cached) * 1e-6;
            into[3] = steps;
            into[4] = steps * batch;
            into[5] = steps * contextTokens * 1e-3;
        }

        @Override
        public double chanceMillis(Rates rates) {
            double step = batch > 0 ? DEVIATION * rates.stepMillis(batch, contextTokens) : 0;
            return step + ahead * (rates.prefillMillis(tokens, cached) - rates.p0());
        }
    }

    /// How long an answer's tokens took, one for each engine step.
    ///
    /// @param batch requests that decoded, this one among them, on average
    /// @param contextTokens which they held, on average
    /// @param prefillTokens n−h of the prompts that the engine computed in these steps too
    /// @param prefillSquares n²−h² of them
    record Decode(
            double millis,
            double steps,
            double batch,
            double contextTokens,
            double prefillTokens,
            double prefillSquares)
            implements Observation {

        @Override
        public void terms(double[] into) {
            into[0] = 0;
            into[1] = prefillTokens;
            into[2] = prefillSquares * 1e-6;
            into[3] = steps;
            into[4] = steps * batch;
            into[5] = steps * contextTokens * 1e-3;
        }

        @Override
        public double chanceMillis(Rates rates) {
            return 0;
        }
    }
}
