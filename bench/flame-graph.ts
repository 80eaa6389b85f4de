/** As Node's `--cpu-prof` writes it. */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number }; children?: number[] }[]
  samples: number[]
  timeDeltas: number[]
}

type Frame = CpuProfile['nodes'][number]

/** Time on the CPU by package, or by file of ours, leaving out what came before this share of the profile: the start. */
export function selfTimes(profile: CpuProfile, after: number): { where: string; share: number }[] {
  const { times, total } = timesOf(profile, after)
  const sums = new Map<string, number>()
  for (const node of profile.nodes) {
    const time = times.get(node.id) ?? 0
    if (time > 0) sums.set(placeOf(node), (sums.get(placeOf(node)) ?? 0) + time)
  }
  return [...sums].map(([where, time]) => ({ where, share: time / total })).sort((a, b) => b.share - a.share)
}

const WIDTH = 1400
const HEIGHT = 17
/** Pixels; narrower frames are left out. */
const NARROWEST = 1.5

/** The profile as a picture: the root below, callers under what they called, as wide as the time spent there. */
export function flameGraph(profile: CpuProfile, title: string, after: number): string {
  const { times, total } = timesOf(profile, after)
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const whole = (ids: readonly number[]): number =>
    ids.reduce((sum, id) => sum + (times.get(id) ?? 0) + whole(nodes.get(id)?.children ?? []), 0)
  const frames: string[] = []
  let deepest = 0
  // Frames of one name side by side are one.
  const draw = (ids: readonly number[], left: number, depth: number): void => {
    const groups = new Map<string, number[]>()
    for (const id of ids) {
      const node = nodes.get(id)
      if (node === undefined) continue
      const name = `${node.callFrame.functionName || '(anonymous)'} · ${placeOf(node)}`
      groups.set(name, [...(groups.get(name) ?? []), id])
    }
    let at = left
    for (const [name, group] of groups) {
      const time = whole(group)
      const width = (time / total) * WIDTH
      if (width >= NARROWEST) {
        deepest = Math.max(deepest, depth)
        frames.push(box(name, at, width, depth, (time / total) * 100))
        draw(
          group.flatMap((id) => nodes.get(id)?.children ?? []),
          at,
          depth + 1,
        )
      }
      at += width
    }
  }
  draw(profile.nodes[0]?.children ?? [], 0, 0)
  const height = (deepest + 3) * HEIGHT
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="11">
<text x="4" y="12">${escaped(title)}</text>
<g transform="translate(0 ${height - HEIGHT}) scale(1 1)">
${frames.join('\n')}
</g></svg>
`
}

function box(name: string, left: number, width: number, depth: number, percent: number): string {
  const y = -depth * HEIGHT
  const hue = 20 + ([...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 40)
  const label = width > 30 ? escaped(name.slice(0, Math.floor(width / 6))) : ''
  return `<g><title>${escaped(name)}, ${percent.toFixed(1)} %</title><rect x="${left.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${HEIGHT - 1}" fill="hsl(${hue} 85% 65%)"/><text x="${(left + 2).toFixed(1)}" y="${y + 12}">${label}</text></g>`
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** Microseconds of each node itself, and of all: what was idle doesn't count. */
function timesOf(
  { nodes, samples, timeDeltas }: CpuProfile,
  after: number,
): { times: Map<number, number>; total: number } {
  const idle = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id))
  const until = timeDeltas.reduce((sum, delta) => sum + delta, 0) * after
  const times = new Map<number, number>()
  let clock = 0
  let total = 0
  samples.forEach((id, index) => {
    const delta = timeDeltas[index] ?? 0
    clock += delta
    if (clock < until || idle.has(id)) return
    times.set(id, (times.get(id) ?? 0) + delta)
    total += delta
  })
  return { times, total }
}

/** The package, Node itself, or the file of ours: never where on this machine it lies. */
function placeOf({ callFrame: { functionName, url } }: Frame): string {
  const found = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)
  if (found?.[1] !== undefined) return found[1]
  if (url.startsWith('node:')) return url.split('/')[0] ?? url
  const own = /\/((?:src|bench|migrations)\/.*)$/.exec(url)
  return own?.[1] ?? `native ${functionName}`
}
