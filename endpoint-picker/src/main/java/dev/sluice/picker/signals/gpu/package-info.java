/// Reads DCGM exporters and judges GPUs: what they are, how far they are held back, whether they have failed.
///
/// Read first: [GpuWatch], [DcgmFamily], [ExporterPoll].
@NullMarked
package dev.sluice.picker.signals.gpu;

import org.jspecify.annotations.NullMarked;
