/// Simulated servers in virtual time: what they are, how long their steps take, what they tell a scraper.
///
/// Start with [ServerGroup], which a file describes, [Server], which runs an engine, and [Agenda], its clock.
@NullMarked
package dev.sluice.lab.fleet;

import org.jspecify.annotations.NullMarked;
