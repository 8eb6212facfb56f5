/// A pod's spec, made true for a process of this machine: environment, volumes, names and paths.
///
/// Read first: [Translation], [Environment], [Volumes].
@NullMarked
package dev.sluice.cluster.node.spec;

import org.jspecify.annotations.NullMarked;
