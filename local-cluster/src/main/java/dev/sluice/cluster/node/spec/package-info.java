/// A pod's spec, made true on this machine: environment, volumes, names and paths, and options of podman.
///
/// Read first: [Translation], [Environment], [Volumes].
@NullMarked
package dev.sluice.cluster.node.spec;

import org.jspecify.annotations.NullMarked;
