/// Folders that come and go.
@NullMarked
package dev.sluice.e2e.cluster.files;

import org.jspecify.annotations.NullMarked;
