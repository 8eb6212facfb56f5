/// Resources of the cluster → what Envoys are told; on every replica, leader or not. Read first: [Translator],
/// [ClusterResources], [World].
@NullMarked
package dev.sluice.operator.translate;

import org.jspecify.annotations.NullMarked;
