/// Bills of materials as a scanner for known vulnerabilities reads them, and the database that it needs; pure.
@NullMarked
package dev.sluice.release.scan;

import org.jspecify.annotations.NullMarked;
