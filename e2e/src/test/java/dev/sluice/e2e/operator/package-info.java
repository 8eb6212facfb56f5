/// The operator on a real API server: what it runs, what it writes, and what it goes on without.
@NullMarked
package dev.sluice.e2e.operator;

import org.jspecify.annotations.NullMarked;
