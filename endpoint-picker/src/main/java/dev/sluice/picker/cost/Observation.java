package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.RateConstants.FIRST_TOKEN_STEPS;
import static dev.sluice.picker.constants.RateConstants.HOST_STEP_MILLIS;

/// A time that was measured, and the work that it is the time of: nearly a sum of known multiples of the
/// numbers of [Rates].
public sealed interface Observation {
    /// As measured.
    double millis();

    /// The part of it that is predicted.
    default double workMillis() {
        return millis();
    }

    /// Predicts [#workMillis()], and writes how much it grows with each of the numbers, in the order of
    /// [LeastSquares].
    double predict(Rates rates, double[] gradient);

    /// The standard deviation of what chance adds to the time, whatever the hardware [ms].
    double chanceMillis(Rates rates);

    /// The time of the first token of a request that met no queued prefill.
    ///
    /// An engine without other work computes the prompt and nothing else; the host's part of that step, which
    /// is counted in d0 and not in p0, is taken off. An engine that decodes is met in the middle of a step,
    /// half of which remains on average; then comes the step that carries the prompt: together one and a half
    /// steps. The constant p0, which is reading the weights, is part of that step.
    ///
    /// @param tokens of the prompt
    /// @param cached tokens of it that the engine found in its cache
    /// @param ahead prefill that other requests may have had the engine do first, as a multiple of this
    ///     one's: a guess that may be wrong by as much
    /// @param batch requests that decoded meanwhile
    /// @param contextTokens which they held
    record FirstToken(double millis, double tokens, double cached, double ahead, double batch, double contextTokens)
            implements Observation {
        /// Of a wait that lies anywhere between nothing and one step.
        private static final double DEVIATION = Math.sqrt(1.0 / 12);

        @Override
        public double workMillis() {
            return batch > 0 ? millis : millis - HOST_STEP_MILLIS;
        }

        @Override
        public double predict(Rates rates, double[] gradient) {
            double steps = batch > 0 ? FIRST_TOKEN_STEPS : 0;
            double fresh = tokens - cached;
            double squares = tokens * tokens - cached * cached;
            double chunk = (1 + ahead) * rates.prefill().chunkMillis(fresh, squares);
            double slowed = 1 + rates.contention().slowdown() * batch;
            gradient[0] = batch > 0 ? 0 : 1;
            gradient[1] = (1 + ahead) * fresh * slowed;
            gradient[2] = (1 + ahead) * squares * 1e-6 * slowed;
            gradient[3] = steps;
            gradient[4] = steps * batch;
            gradient[5] = steps * contextTokens * 1e-3;
            gradient[6] = chunk * batch;
            gradient[7] = 0;
            return (batch > 0 ? 0 : rates.prefill().p0())
                    + chunk * slowed
                    + steps * rates.stepMillis(batch, contextTokens);
        }

        @Override
        public double chanceMillis(Rates rates) {
            double step = batch > 0 ? DEVIATION * rates.stepMillis(batch, contextTokens) : 0;
            return step
                    + ahead
                            * (rates.prefillMillis(tokens, cached)
                                    - rates.prefill().p0());
        }
    }

    /// The time of an answer's tokens, one for each engine step.
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
        public double predict(Rates rates, double[] gradient) {
            double stall = rates.contention().stall();
            double chunks = rates.prefill().chunkMillis(prefillTokens, prefillSquares);
            gradient[0] = 0;
            gradient[1] = prefillTokens * stall;
            gradient[2] = prefillSquares * 1e-6 * stall;
            gradient[3] = steps;
            gradient[4] = steps * batch;
            gradient[5] = steps * contextTokens * 1e-3;
            gradient[6] = 0;
            gradient[7] = chunks;
            return chunks * stall + steps * rates.stepMillis(batch, contextTokens);
        }

        @Override
        public double chanceMillis(Rates rates) {
            return 0;
        }
    }

    /// The time of a request whose answer came whole: its own prefill, and then as [Decode].
    ///
    /// @param tokens n−h
    /// @param squares n²−h²
    record WholeAnswer(double tokens, double squares, Decode decode) implements Observation {
        @Override
        public double millis() {
            return decode.millis();
        }

        @Override
        public double predict(Rates rates, double[] gradient) {
            double rest = decode.predict(rates, gradient);
            gradient[1] = tokens;
            gradient[2] = squares * 1e-6;
            return rates.prefill().chunkMillis(tokens, squares) + rest;
        }

        @Override
        public double chanceMillis(Rates rates) {
            return 0;
        }
    }
}
