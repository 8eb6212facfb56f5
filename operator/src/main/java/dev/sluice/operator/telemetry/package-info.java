/// Names and records every meter, and answers probes and Prometheus over HTTP. Read first: [Meters].
@NullMarked
package dev.sluice.operator.telemetry;

import org.jspecify.annotations.NullMarked;
