/// Kinds that upstream's pickers read before and beside `inference.networking.k8s.io/v1`, as far as Sluice honours
/// them.
///
/// They are read, never written, and their CRDs are upstream's to install. Where a kind moved from one API group to
/// another there is a class for each group, and what reads them takes both for one.
@NullMarked
package dev.sluice.api.upstream;

import org.jspecify.annotations.NullMarked;
