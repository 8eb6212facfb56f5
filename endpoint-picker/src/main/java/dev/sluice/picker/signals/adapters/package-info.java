/// Checks which adapters an endpoint serves, by its gRPC health services and its list of models.
///
/// Read first: [AdapterCheck], [AdapterEvidence].
@NullMarked
package dev.sluice.picker.signals.adapters;

import org.jspecify.annotations.NullMarked;
