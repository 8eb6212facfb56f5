/// Names and records every meter.
///
/// Read first: [Meters].
@NullMarked
package dev.sluice.picker.telemetry;

import org.jspecify.annotations.NullMarked;
