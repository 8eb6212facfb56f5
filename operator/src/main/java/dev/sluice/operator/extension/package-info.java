/// The extension server: what Sluice adds to another gateway's Envoys, which that gateway configures.
///
/// Read first: [ExtensionServer], [InferenceRoutes], [Hooks].
@NullMarked
package dev.sluice.operator.extension;

import org.jspecify.annotations.NullMarked;
