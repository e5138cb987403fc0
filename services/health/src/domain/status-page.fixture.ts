interface Component {
  readonly name: string;
  readonly status: string;
}

/** A summary with all that a real page sends, most of it of no interest here. */
export function summaryJson(components: readonly Component[], indicator = 'none', description = 'All good'): string {
  const times = { created_at: '2025-03-11T20:03:11.000Z', updated_at: '2026-03-10T11:58:02.713Z' };
  const page = { id: 'k1x2y3z4a5b6', name: 'Vendor', url: 'https://status.vendor.test', time_zone: 'Etc/UTC' };
  const incident = {
    id: 'q7w8e9r0',
    name: 'Elevated errors',
    status: 'investigating',
    impact: indicator,
    shortlink: 'https://stspg.test/q7w8e9r0',
    started_at: times.updated_at,
    resolved_at: null,
    incident_updates: [{ id: 'u1', status: 'investigating', body: 'We are looking into it.', affected_components: [] }],
    components: [],
    ...times,
  };
  return JSON.stringify({
    page: { ...page, ...times },
    components: components.map(({ name, status }, position) => ({
      id: `c${position}`,
      name,
      status,
      position,
      description: null,
      showcase: true,
      group_id: null,
      group: false,
      only_show_if_degraded: false,
      page_id: page.id,
      ...times,
    })),
    incidents: indicator === 'none' ? [] : [incident],
    scheduled_maintenances: [],
    status: { indicator, description },
  });
}
