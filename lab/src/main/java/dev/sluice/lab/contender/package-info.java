/// Ways to choose a server: the real router under each of its policies, and published designs to compare it with.
///
/// Start with [Contender], what all of them are, [RouterContender], which is Sluice, and [Contenders], their names.
@NullMarked
package dev.sluice.lab.contender;

import org.jspecify.annotations.NullMarked;
