/** Machines that are there and that the books do not know, or know under a former id: a part of `machines`. */
export const adoption = {
  adopt: {
    notice:
      'This machine waits to be taken over: it was found at the provider, or rented under a former id of this installation. Nothing is done with it by itself, and it costs {{price}} an hour.',
    action: 'Take over…',
    title: 'Take over {{name}}?',
    what: 'It becomes a machine of this installation: it is entered over SSH, its agent is put there anew, and the SSH keys of its owner open it.',
    clone:
      'If another installation still works with it, as after a clone of the database, that one loses it.',
    hostKey:
      'Nobody here knows its host key: the first one that it shows, and that it knows to be its own, is believed from then on.',
    cost: 'Its costs are counted here from now on. It does not fall asleep before you switch that on.',
    confirm: 'Take over',
    begun: '{{name}} is being taken over',
  },
  strangers: {
    title: 'In your provider accounts, and not in the books',
    text: 'They cost money in the accounts, and nothing here looks after them.',
    machine: 'Machine',
    standing: 'Whose',
    former: 'Formerly ours',
    formerText: 'rented under a former id of this installation',
    other: 'Not ours',
    otherText: 'rented by somebody else: never touched from here',
    label: 'Label',
    none: 'none',
    state: 'State',
    states: {
      loading: 'starting',
      running: 'running',
      stopped: 'stopped',
      offline: 'out of reach',
      failed: 'failed',
    },
    price: 'Price',
    since: 'Since',
  },
};
