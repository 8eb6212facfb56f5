/// Training runs: a program does what it will do in a cluster, and the JVM writes what it learnt.
@NullMarked
package dev.sluice.images.training;

import org.jspecify.annotations.NullMarked;
