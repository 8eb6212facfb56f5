/// What the picker's own steps cost, one by one, measured by JMH.
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
