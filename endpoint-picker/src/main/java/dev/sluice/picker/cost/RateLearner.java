package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.RateConstants.ANY_PRIOR;
import static dev.sluice.picker.constants.RateConstants.DEVIATION_PER_MEDIAN;
import static dev.sluice.picker.constants.RateConstants.FAMILIAR_FIRST_TOKENS;
import static dev.sluice.picker.constants.RateConstants.FORGETTING_WHERE_BIASED;
import static dev.sluice.picker.constants.RateConstants.LEAST_NOISE;
import static dev.sluice.picker.constants.RateConstants.MOST_DOUBT;
import static dev.sluice.picker.constants.RateConstants.MOST_NOISE;
import static dev.sluice.picker.constants.RateConstants.NEAR_PRIOR;
import static dev.sluice.picker.constants.RateConstants.OUTLIER;

import dev.sluice.picker.pool.Hardware;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/// Learns the rates of one kind of hardware, beginning with the published ones.
///
/// Hardware without published rates has no useful prior: its first observations set the scale.
///
/// An observation that is far from its prediction, as far as noise and doubt go, is an outlier and teaches
/// nothing. When outliers to one side become the rule, the hardware has changed (another model under the same
/// name, a throttled GPU): the numbers concerned are scaled by what the outliers say and learned anew from
/// there.
///
/// Any thread may observe, and none waits: while another thread learns, an observation is dropped. There will be
/// more.
public final class RateLearner {
    private final Hardware hardware;
    private final Rates prior;
    private final boolean published;
    private final ReentrantLock lock = new ReentrantLock();
    private final LeastSquares estimate;
    private final double[] gradient = new double[LeastSquares.SIZE];
    private final PredictionError firstTokens = new PredictionError();
    private final PredictionError steps = new PredictionError();
    private final LongAdder firstTokensSeen = new LongAdder();
    private final LongAdder learned = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder shifts = new LongAdder();
    private volatile Rates rates;

    /// @param published whether the prior is that of this very accelerator
    RateLearner(Hardware hardware, Rates prior, boolean published) {
        this.hardware = hardware;
        this.prior = prior;
        this.published = published;
        this.rates = prior;
        this.estimate = new LeastSquares(prior, published ? NEAR_PRIOR : ANY_PRIOR, published);
    }

    public Hardware hardware() {
        return hardware;
    }

    /// The published rates.
    public Rates prior() {
        return prior;
    }

    public Rates rates() {
        return rates;
    }

    /// Observations that the rates come from.
    public long learned() {
        return learned.sum();
    }

    /// Outliers.
    public long rejected() {
        return rejected.sum();
    }

    /// Observations that met another one and were not looked at.
    public long dropped() {
        return dropped.sum();
    }

    /// The number of times that the rates were scaled and learned anew.
    public long shifts() {
        return shifts.sum();
    }

    /// The recent median error of predicted times to the first token, as a share.
    public double firstTokenError() {
        return firstTokens.median();
    }

    /// The recent median error of predicted step times, as a share.
    public double stepError() {
        return steps.median();
    }

    /// The hardware's figures were published, or enough first tokens were observed that came as predicted.
    boolean isFamiliar() {
        return published || (firstTokensSeen.sum() >= FAMILIAR_FIRST_TOKENS && firstTokens.doubt(1) == 0);
    }

    /// The doubt about prices that are made of the rates: 0 where errors are usually less than a half, 1
    /// where nothing is known.
    public double doubt() {
        double presumed = published ? 0 : 1;
        double first = firstTokens.doubt(-1);
        double step = steps.doubt(-1);
        double known = Math.max(first, step);
        return known < 0 ? presumed : known;
    }

    void observe(Observation observation) {
        if (!(observation.workMillis() > 0) || !lock.tryLock()) {
            dropped.increment();
            return;
        }
        try {
            learn(observation);
        } finally {
            lock.unlock();
        }
    }

    private void learn(Observation observation) {
        PredictionError errors = errorsOf(observation);
        firstTokensSeen.add(errors == firstTokens ? 1 : 0);
        double predicted = observation.predict(estimate.rates(), gradient);
        double error = Math.log(observation.workMillis() / predicted);
        if (!published && observation instanceof Observation.Decode) {
            // An answer may have waited for others' prefills or not, which stall is to say: it must not teach that
            // unknown hardware computes prompts in no time.
            LeastSquares.leaveOut(LeastSquares.Bottleneck.ARITHMETIC, gradient);
        }
        if (!published && errors.isWithoutScale()) {
            learned.increment();
            scale(observation, errors.setScale(error));
        } else {
            learn(observation, errors, predicted, error);
        }
        rates = estimate.rates();
    }

    private void learn(Observation observation, PredictionError errors, double predicted, double error) {
        double chance = observation.chanceMillis(rates) / predicted;
        double usual = Math.clamp(DEVIATION_PER_MEDIAN * errors.noise(), LEAST_NOISE, MOST_NOISE);
        double noise = usual * usual + chance * chance;
        double doubt = Math.min(MOST_DOUBT, estimate.variance(gradient, predicted));
        errors.seen(error);
        if (Math.abs(error) <= OUTLIER * Math.sqrt(noise + doubt)) {
            errors.accepted();
            estimate.correct(gradient, predicted, error, noise, errors.isBiased() ? FORGETTING_WHERE_BIASED : 1);
            learned.increment();
        } else {
            errors.rejected(error);
            rejected.increment();
            double shift = errors.shift();
            shifts.add(shift == 1 ? 0 : 1);
            scale(observation, shift);
        }
    }

    private void scale(Observation observation, double factor) {
        if (factor == 1) {
            return;
        }
        switch (observation) {
            case Observation.FirstToken _ -> estimate.rescale(LeastSquares.Bottleneck.ARITHMETIC, factor);
            case Observation.Decode _, Observation.WholeAnswer _ -> {
                estimate.rescale(LeastSquares.Bottleneck.MEMORY, factor);
                if (!published && firstTokens.isWithoutScale()) {
                    // Slow hardware is mostly slow at both; first tokens will say how slow.
                    estimate.rescale(LeastSquares.Bottleneck.ARITHMETIC, factor);
                }
            }
        }
        firstTokens.restart();
        steps.restart();
    }

    private PredictionError errorsOf(Observation observation) {
        return switch (observation) {
            case Observation.FirstToken _ -> firstTokens;
            case Observation.Decode _, Observation.WholeAnswer _ -> steps;
        };
    }
}
