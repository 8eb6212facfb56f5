/// Which models are published and how they map to pools and targets: an immutable snapshot.
///
/// Read first: [Catalog], [Resolution].
@NullMarked
package dev.sluice.picker.catalog;

import org.jspecify.annotations.NullMarked;
