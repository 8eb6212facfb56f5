/// The leader writes: the objects that run for Gateways and pools, and what it says about resources. Read
/// first: [Leadership], [Reconciliation], [StatusReconciler].
@NullMarked
package dev.sluice.operator.reconcile;

import org.jspecify.annotations.NullMarked;
