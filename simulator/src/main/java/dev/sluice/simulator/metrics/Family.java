package dev.sluice.simulator.metrics;

/// A metric family with its current values.
interface Family {

    void write(Exposition out);
}
