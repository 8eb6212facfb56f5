/// Releases of Sluice: images, charts and what is told of them, pushed to a registry and signed.
///
/// Start with [app.Release][dev.sluice.release.app.Release].
@NullMarked
package dev.sluice.release;

import org.jspecify.annotations.NullMarked;
