import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** What a mail server does with a mail: takes it, says no for now or for good, says nothing, or takes it and hangs up. */
export type Behaviour =
  'ACCEPT' | 'LATER' | 'REFUSE_RECIPIENT' | 'REFUSE_TEXT' | 'STALL' | 'TAKE_AND_HANG_UP' | 'HANG_UP'

export interface ReceivedMail {
  readonly from: string
  readonly to: string[]
  /** As it came: headers and bodies. */
  readonly raw: string
  readonly messageId: string
  readonly subject: string
}

/** A real SMTP server on loopback, small: it speaks the protocol, and keeps what it has taken. */
export class MailServer {
  readonly received: ReceivedMail[] = []
  /** Of the mails to come; a function decides by recipient. */
  behaviour: Behaviour | ((recipient: string) => Behaviour) = 'ACCEPT'
  private readonly sockets = new Set<Socket>()

  private constructor(private readonly server: Server) {}

  static async start(): Promise<MailServer> {
    const server = createServer()
    const double = new MailServer(server)
    server.on('connection', (socket) => double.serve(socket))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return double
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    this.server.close()
    await once(this.server, 'close')
  }

  private behaviourFor(recipient: string): Behaviour {
    return typeof this.behaviour === 'string' ? this.behaviour : this.behaviour(recipient)
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket)
    socket.setEncoding('utf8')
    socket.on('close', () => this.sockets.delete(socket))
    socket.on('error', () => undefined)
    const say = (line: string) => socket.write(`${line}\r\n`)
    let [pending, from, isData] = ['', '', false]
    let to: string[] = []
    say('220 double.test ESMTP')
    socket.on('data', (chunk: string) => {
      pending += chunk
      for (;;) {
        const end = isData ? pending.indexOf('\r\n.\r\n') : pending.indexOf('\r\n')
        if (end < 0) return
        const text = pending.slice(0, end)
        pending = pending.slice(end + (isData ? 5 : 2))
        const behaviour = this.behaviourFor(to[0] ?? /<(.*)>/.exec(text)?.[1] ?? '')
        if (isData) {
          isData = false
          if (behaviour === 'REFUSE_TEXT') say('554 5.6.0 not this')
          else {
            this.received.push(mailOf(from, to, text))
            if (behaviour === 'TAKE_AND_HANG_UP') return void socket.destroy()
            say('250 2.0.0 taken')
          }
        } else if (/^(EHLO|HELO)/i.test(text)) {
          socket.write('250-double.test\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n')
        } else if (/^MAIL FROM/i.test(text)) {
          from = /<(.*?)>/.exec(text)?.[1] ?? ''
          to = []
          say('250 ok')
        } else if (/^RCPT TO/i.test(text)) {
          if (behaviour === 'STALL') return
          if (behaviour === 'HANG_UP') return void socket.destroy()
          if (behaviour === 'LATER') say('451 4.7.1 later')
          else if (behaviour === 'REFUSE_RECIPIENT') say('550 5.1.1 nobody here')
          else {
            to.push(/<(.*?)>/.exec(text)?.[1] ?? '')
            say('250 ok')
          }
        } else if (/^DATA/i.test(text)) {
          isData = true
          say('354 go on')
        } else if (/^QUIT/i.test(text)) {
          say('221 bye')
          socket.end()
        } else say('250 ok')
      }
    })
  }
}

function mailOf(from: string, to: string[], raw: string): ReceivedMail {
  const headers = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ')
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(headers)?.[1] ?? ''
  return { from, to, raw, messageId: header('Message-ID'), subject: header('Subject') }
}
