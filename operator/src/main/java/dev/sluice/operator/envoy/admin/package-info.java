/// The pages of Envoy's admin interface that are open to the kubelet and to Prometheus.
@NullMarked
package dev.sluice.operator.envoy.admin;

import org.jspecify.annotations.NullMarked;
