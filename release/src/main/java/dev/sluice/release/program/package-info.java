/// The programs that releases are made and scanned with: git, skopeo, helm, cosign and osv-scanner.
@NullMarked
package dev.sluice.release.program;

import org.jspecify.annotations.NullMarked;
