/// Choices that every replica of the picker makes alike: hashes, rendezvous hashing, weighted choice.
///
/// Read first: [Hashing], [Rendezvous], [WeightedChoice].
@NullMarked
package dev.sluice.picker.choice;

import org.jspecify.annotations.NullMarked;
