/// The programs that a release is made with: git, skopeo, helm and cosign.
@NullMarked
package dev.sluice.release.program;

import org.jspecify.annotations.NullMarked;
