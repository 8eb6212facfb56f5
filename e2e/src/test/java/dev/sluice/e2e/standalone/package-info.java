/// `sluice standalone`: a folder of YAML is served and followed.
///
/// Read first: [SmokeIT].
@NullMarked
package dev.sluice.e2e.standalone;

import org.jspecify.annotations.NullMarked;
