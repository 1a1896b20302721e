import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary as leaked } from '@zxcvbn-ts/language-common'
import { dictionary as english } from '@zxcvbn-ts/language-en'

/** Lines that everybody knows, written as people type them into a password field. */
const famousLines = [
  'tobeornottobethatisthequestion',
  'thequickbrownfoxjumpsoverthelazydog',
  'thequickbrownfoxjumps',
  'supercalifragilisticexpialidocious',
  'correcthorsebatterystaple',
  'maytheforcebewithyou',
  'nevergonnagiveyouup',
  'nevergonnaletyoudown',
  'iamthebestintheworld',
  'everythingisgoingtobeok',
  'everythingwillbeok',
  'livelaughlove',
  'onceuponatime',
  'iamyourfather',
  'winteriscoming',
  'inthebeginningwastheword',
  'thelordismyshepherd',
  'ourfatherwhoartinheaven',
  'forgodsolovedtheworld',
  'wethepeople',
  'ihaveadream',
  'itwasthebestoftimes',
  'callmeishmael',
  'allyourbasearebelongtous',
  'theresnoplacelikehome',
  'tobeornottobe',
  'thisismypassword',
  'idontknowmypassword',
  'iforgotmypassword',
  'youwillneverguessthis',
  'donttellanyone',
  'letthegamesbegin',
  'hellodarknessmyoldfriend',
  'wearethechampions',
  'wewillrockyou',
  'stairwaytoheaven',
  'highwaytohell',
  'bohemianrhapsody',
  'youllneverwalkalone',
  'ilovemymomanddad',
  'mynameisslimshady',
  '3141592653589793',
  '314159265358979',
  '2718281828459045',
]

// Server side only, and loaded when the first password is judged: the word lists weigh some megabytes. Spellings in
// digits are tried twenty times a word, which keeps the worst input at a tenth of a second.
const estimator = new ZxcvbnFactory({
  dictionary: { ...leaked, ...english, famousLines },
  graphs: adjacencyGraphs,
  l33tMaxSubstitutions: 20,
})

/** How many guesses a password takes somebody who knows the leaked ones and this person's `own` words, as a power of 10. */
export const guessesLog10 = (password: string, own: string[]): number =>
  estimator.check(password, own).guessesLog10
