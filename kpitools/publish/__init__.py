"""From a notebook to a published page: parameters, the run, the exporter with its template, the manifest."""
