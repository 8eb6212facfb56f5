/// The same chat load on the same simulated GPUs, once as a Kubernetes Service routes it and once by Sluice.
///
/// Start with [Demo], which tells the story, and [Comparison], which holds its figures and prints them.
@NullMarked
package dev.sluice.standalone.demo;

import org.jspecify.annotations.NullMarked;
