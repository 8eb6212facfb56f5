package dev.sluice.picker.cost;

import dev.sluice.picker.pool.Hardware;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// The rates of each kind of hardware: as published at first, then as observed.
public final class RateBook {
    private final Map<Hardware, LongAdder> ownSteps = new ConcurrentHashMap<>();
    private final Map<Hardware, RateLearner> learners = new ConcurrentHashMap<>();
    private final PublishedRates published = PublishedRates.bundled();
    private final UnaryOperator<Rates> priors;
    private final Consumer<RateLearner> onNew;

    public RateBook() {
        this(_ -> {});
    }

    /// @param onNew told of each kind of hardware when it is first asked for
    public RateBook(Consumer<RateLearner> onNew) {
        this(UnaryOperator.identity(), onNew);
    }

    private RateBook(UnaryOperator<Rates> priors, Consumer<RateLearner> onNew) {
        this.priors = priors;
        this.onNew = onNew;
    }

    /// A book whose published rates are all wrong by one factor, to see what that does: at 10 each time is
    /// first predicted ten times too long.
    public static RateBook withPriors(double factor) {
        return withPriors(rates -> rates.slowed(factor));
    }

    /// A book that starts from other rates than the published ones.
    public static RateBook withPriors(UnaryOperator<Rates> priors) {
        return new RateBook(priors, _ -> {});
    }

    public Rates of(Hardware hardware) {
        return learner(hardware).rates();
    }

    /// Enough was learned of the hardware to leave out what says little.
    public boolean isFamiliar(Hardware hardware) {
        return learner(hardware).isFamiliar();
    }

    /// The doubt about prices that are made of these rates, 0 to 1.
    public double doubt(Hardware hardware) {
        return learner(hardware).doubt();
    }

    /// Learns how long something took there.
    public void observe(Hardware hardware, Observation observation) {
        if (!(observation instanceof Observation.FirstToken)) {
            ownSteps.computeIfAbsent(hardware, _ -> new LongAdder()).increment();
        }
        learner(hardware).observe(observation);
    }

    /// Learns how long something took by the word of an engine there.
    void witness(Hardware hardware, Observation observation) {
        learner(hardware).observe(observation);
    }

    /// The number of times that this picker's own requests have shown the time of steps there.
    long ownSteps(Hardware hardware) {
        LongAdder shown = ownSteps.get(hardware);
        return shown == null ? 0 : shown.sum();
    }

    /// The learners of all kinds of hardware that were asked for.
    public Collection<RateLearner> learners() {
        return List.copyOf(learners.values());
    }

    private RateLearner learner(Hardware hardware) {
        RateLearner known = learners.get(hardware);
        return known != null ? known : learners.computeIfAbsent(hardware, this::begin);
    }

    private RateLearner begin(Hardware hardware) {
        Rates prior = priors.apply(published.nearest(hardware));
        RateLearner learner = new RateLearner(hardware, prior, published.has(hardware));
        onNew.accept(learner);
        return learner;
    }
}
