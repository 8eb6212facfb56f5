package dev.sluice.operator.reconcile;

import dev.sluice.operator.status.Observed;
import dev.sluice.operator.status.Report;
import dev.sluice.operator.translate.World;

/// The view has what the leader sees at one moment, and what it has to say of it.
record View(World world, Observed observed, Report report) {}
