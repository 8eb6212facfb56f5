/// The benchmarks measure what the picker's own steps cost, one by one, by JMH.
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
