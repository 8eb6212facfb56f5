/// Published models and their pools and targets: an immutable snapshot.
///
/// Read first: [Catalog], [Resolution].
@NullMarked
package dev.sluice.picker.catalog;

import org.jspecify.annotations.NullMarked;
