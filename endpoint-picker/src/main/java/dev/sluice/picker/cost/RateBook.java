package dev.sluice.picker.cost;

import dev.sluice.picker.pool.Hardware;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The rates of each kind of hardware: as published at first, then as observed.
public final class RateBook {
    private final Map<Hardware, RateLearner> learners = new ConcurrentHashMap<>();
    private final Consumer<RateLearner> onNew;

    public RateBook() {
        this(_ -> {});
    }

    /// @param onNew told of each kind of hardware when it is first asked for
    public RateBook(Consumer<RateLearner> onNew) {
        this.onNew = onNew;
    }

    public Rates of(Hardware hardware) {
        return learner(hardware).rates();
    }

    /// Learns how long something took there.
    public void observe(Hardware hardware, Observation observation) {
        learner(hardware).observe(observation);
    }

    /// What is known of each kind of hardware that was asked for.
    public Collection<RateLearner> learners() {
        return List.copyOf(learners.values());
    }

    private RateLearner learner(Hardware hardware) {
        RateLearner known = learners.get(hardware);
        return known != null ? known : learners.computeIfAbsent(hardware, this::begin);
    }

    private RateLearner begin(Hardware hardware) {
        RateLearner learner = new RateLearner(hardware, PublishedRates.nearest(hardware));
        onNew.accept(learner);
        return learner;
    }
}
