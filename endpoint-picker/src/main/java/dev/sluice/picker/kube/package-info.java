/// Reads resources and pods, writes pool and catalog.
///
/// Read first: [Resources], [Publication].
@NullMarked
package dev.sluice.picker.kube;

import org.jspecify.annotations.NullMarked;
