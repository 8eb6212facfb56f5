/// Folders that come and go.
@NullMarked
package dev.sluice.cluster.files;

import org.jspecify.annotations.NullMarked;
