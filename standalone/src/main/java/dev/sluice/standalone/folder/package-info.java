/// A folder of YAML as typed resources, read strictly and watched.
///
/// Start with [Folder], which watches, [ResourceSet], which it hands on, and [EndpointList], the kind that stands
/// for pods.
@NullMarked
package dev.sluice.standalone.folder;

import org.jspecify.annotations.NullMarked;
