/// Pickers measured side by side: one Envoy, four local model servers, and load through each picker in turn.
///
/// Read first: [dev.sluice.bench.sidebyside.SideBySide], [dev.sluice.bench.sidebyside.Measurement],
/// [dev.sluice.bench.sidebyside.Work].
@NullMarked
package dev.sluice.bench.sidebyside;

import org.jspecify.annotations.NullMarked;
