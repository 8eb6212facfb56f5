package dev.sluice.simulator.metrics;

/// One metric family with its current values.
interface Family {

    void write(Exposition out);
}
