package hints

import (
	"strata/harness/course/steps"
	"strata/harness/lab"
)

// Nudge is the question that helps most with a failure in the step: by the rule that broke, by how
// the code ended, else the step's own first hint. It gives away no more than that does.
func Nudge(s steps.Step, f *lab.Failure) string {
	if nudge := nudges[f.Rule]; nudge != "" && len(s.Rules) > 1 {
		return nudge
	}
	if nudge := causes[f.Cause]; nudge != "" {
		return nudge
	}
	if nudge := endings[f.Ending]; nudge != "" {
		return nudge
	}
	return s.Hints[0]
}

// causes are questions about code that breaks one of Go's own rules.
var causes = map[lab.Cause]string{
	lab.NilMap:       "A map has to be made before it is written to. Which of yours is made in New, and which is nil in the end?",
	lab.NilPointer:   "Something is nil on that line. Who was to set it, and can this callback come before that, or after it was taken away?",
	lab.IndexRange:   "Whose length is it that this index trusts? A peer may send less than you hope for, or nothing.",
	lab.SliceRange:   "Whose length is it that this slice trusts? A peer may send less than you hope for, or nothing.",
	lab.DivideByZero: "What is divided by can be 0: which settings, or which empty list, make it so?",
	lab.DeepStack:    "A function calls itself, perhaps by way of a handler or of another node's answer. What should have changed before the next call, so that it ends?",
	lab.SliceLength:  "A length is believed before it is checked. Who claims it, and what is the most that it can be?",
}

// endings are questions about code that breaks no rule, but ends.
var endings = map[lab.Ending]string{
	lab.OutOfMemory: "Something grows with each round and nothing takes from it; or a length that a peer claims is believed before it is checked. Which?",
	lab.Hung:        "Look at the loop, or at the two callbacks that call each other, on that line. What has to become smaller in each round, and does it in this one?",
}

// nudges are questions by the rule that broke, where the step's own first hint is about another.
var nudges = map[string]string{
	"NET-1":  "Write down the bytes of a frame that holds \"hi\". In which order do the four of the length come, and do they count themselves?",
	"NET-3":  "What does your code do when a header announces 0 bytes: wait for a byte more, or deliver what is there?",
	"NET-4":  "The length is a stranger's claim. What have you allocated, kept or delivered by the time you look whether it is too large?",
	"NET-5":  "The stream ends and your buffer holds half a message. Who else is still to see those bytes?",
	"NET-7":  "Who acted? Say for each of the ways in which a connection begins or ends whether it is ours or theirs.",
	"NET-8":  "Send has to answer at once. Which questions does it ask, in which order, before it writes the first byte?",
	"NET-9":  "A peer takes nothing, and you go on sending to it. Who counts what waits, and at which size does it end?",
	"NET-10": "A dial that fails never became a connection. Who hears of it, and who does not?",
	"NET-11": "After Stop nobody may call anybody. Which things of yours can still do so: a dial under way, a timer, a stream, a listener?",
	"NET-12": "Somebody may keep the slice that you handed out, or that you were given. Which of yours do you write into again?",
	"MSG-1":  "Put the bytes that you sent under the layout of the rule, field by field. Which is the first that is not where it should be?",
	"MSG-2":  "Which kinds are none? Ask that before anything is registered or sent; and what is the kind of a response?",
	"MSG-3":  "Two handlers for one kind: which of them has it afterwards, and what does the second caller hear?",
	"MSG-4":  "A kind that nobody handles came in. Does anything go back, and does the connection live?",
	"MSG-5":  "Only one of the three types is ever answered. What do you do with what the handler of another returned?",
	"MSG-6":  "An empty reply is a reply. What tells you that there is one: its length, or something else?",
	"MSG-8":  "The same id can be under way on two connections. What do you look a response up by, and when is it forgotten?",
	"MSG-9":  "Which id comes after the last one there is? And what if a request of long ago still waits under it?",
	"MSG-10": "Which bytes make no message? Decide it before any handler is looked up, and say what happens to who sent them.",
	"P2P-1":  "What is the very first thing that a dialler says, and whose address is in it?",
	"P2P-2":  "Two addresses must never stand in the list that you answer with. Which?",
	"P2P-3":  "The layer above sends as soon as it hears of a peer. Has the acceptance been written by then?",
	"P2P-4":  "You were rejected, and got a list. What becomes of the connection, and what do you do with the list?",
	"P2P-5":  "In how many ways can you hear your own address, or one that you have, and where do you look for it?",
	"P2P-7":  "Which numbers are compared with M and with 2M? A dial under way is a peer that you may soon have.",
	"P2P-8":  "Every round looks at the number of peers, and does one thing. What are the cases, and where does one end?",
	"P2P-9":  "Who may ask for the list? A node that is no peer asks you: what does it get?",
	"P2P-10": "A connection ended. Is it the one that the table has for this peer, and how often is the layer above told?",
	"P2P-11": "A message comes from somebody whom you have not listed. Who handles it?",
	"P2P-12": "Sending to one peer can fail, or lose that peer, in the middle of your loop over all. What about those after it?",
	"P2P-13": "Others name addresses to you. How many do you look at, which do you skip, and when may one that failed be tried again?",
	"P2P-14": "Each connection owes you one hello, and your hello one answer. What ends it if that does not come, or comes twice?",
	"P2P-15": "Stop has come. Which timer, dial or answer of yours can still make a new connection?",
	"GSP-1":  "What are the first sixteen bytes of a payload, and where does their randomness come from?",
	"GSP-4":  "What exactly travels on: your own encoding or the bytes that came? To whom does it not go?",
	"GSP-5":  "A payload may be shorter than an id. What is left of it then?",
	"GSP-6":  "Count the sends of one broadcast on three nodes that all know each other. Over which link did you send what nobody needed?",
	"GSP-7":  "Say what happens minute by minute: which timer runs the sweep, who sets the next one, also when a sweep finds nothing, and which ids are old then?",
	"GSP-8":  "Which timer did you set last, and do you still know its id when Stop comes?",
	"MEM-1":  "The caller wants to know. What does Announce return, and what has it done by then, for a transaction that is not valid?",
	"MEM-2":  "A text and a signature came from a stranger. What do you look at before you keep or pass on anything?",
	"MEM-3":  "The same transaction can come under many gossip ids. What do you know it by?",
	"MEM-4":  "One sender, one nonce, two transactions: what do you look up to notice, and which one stays?",
	"MEM-5":  "The caller may sort, cut or overwrite what it was given. Whose slice is that?",
	"MEM-6":  "Evicting removes the transaction from every place where it is noted. Which of them did you forget, and what if it is not there?",
	"MEM-7":  "When does its minute begin: when it came first, or when it was seen last?",
	"MEM-8":  "The pool is full, or one sender has its share. Which transaction goes in the first case, and which in the second?",
	"MEM-9":  "Transactions come in three ways and leave in three. In which of the six is the watcher not told, or told twice?",
	"CHN-2":  "Two fields of a block say where it belongs. What does each have to equal, of the state that it is applied to?",
	"CHN-3":  "How many digits have to be zero, and of which number system?",
	"CHN-4":  "How many transactions may there be? Try none, the most, and one more.",
	"CHN-5":  "Each transaction is executed on what the one before it left. What three things are asked of it, and in which order?",
	"CHN-6":  "What if sender and recipient are the same account? Read both first, write both after, and see what happens to the money.",
	"CHN-7":  "When does the miner get the reward? Could one of the transactions before it spend it?",
	"CHN-8":  "A sum may pass 2^64-1. What does Go do then, and how do you notice: for the recipient, and for the coinbase?",
	"CHN-9":  "One block, one error, and it names the rule. Which fault does your code come to first?",
	"CHN-10": "Would Apply take the very block that you built, on the state as it was given? Look at number, parent, coinbase and the order.",
	"CHN-12": "A transaction that cannot come next may still come later. Which ones never can?",
	"CHN-13": "There is more than one way to check a signature, and they differ for a few strange ones. Which way must every node use?",
	"LED-9":  "If the machine stopped now and lost all that is not synced, could this node break the word that it is just giving?",
	"LAT-3":  "When may a recipient have its money? And of two blocks that want the same entry, how does the second one notice?",
	"LAT-4":  "Another block has won the place. Which blocks go, in which order, and which may never go?",
	"LAT-5":  "Whose weight do you add up here, who is online, and what if hardly anybody is?",
	"LAT-6":  "A representative has voted before, in this place. May this vote follow that one, here and on the disk?",
	"LAT-7":  "How many final votes does the block have, is the one before it cemented, and what was waiting for this?",
	"LDR-2":  "A block is to be acknowledged. Which view is it of, what does it stand on, and has your log all before it, on the disk?",
	"LDR-5":  "Somebody says that a view has begun, or wishes for one. Whose words prove it, and what have you entered on less?",
	"CAU-1":  "Somebody gets this update and nothing else. From what it names, can they tell everything that its author had seen, and which was the author's last?",
	"CAU-2":  "An update came before what it names. Where is it now, and what will bring it back when the last of these has come?",
	"CAU-4":  "Two replicas have different updates and judge the same one. What may each of them look at, so that they must agree?",
	"CAU-5":  "Two things were done at once. Which three numbers decide who stands first, and in which order do you compare them?",
	"CAU-6":  "Two people change the same place, and neither knew of the other. What of the two does each replica keep, whichever came first?",
	"CAU-7":  "An author has told two stories. Which two fields show it, and what becomes of the stories?",
	"CAU-8":  "Two replicas execute one cut, and got its updates in different orders. What do both do first, and what does a deed that is refused leave behind?",
	"CAU-9":  "A block begins. What that was committed to earlier has its time over now, and what is done with it before anything else?",
	"CAU-10": "Here is a lock, a secret and a height. Which of the three may open it below its height, which from it on, and what is left of it then?",
	"VAL-4":  "The total is below 2^62. What is three times a quorum, and what twice the total: do they fit, and is it the least?",
	"VAL-5":  "Which line of the algorithm is it: what has to be here before you may do this, and what may you do once only?",
	"VAL-7":  "Which of these could a forger leave out or double: bits, signatures, rounds, blocks, nil, power?",
	"VAL-8":  "One validator may speak of any round. How many have to, and which round is it that more than a third are in, or beyond?",
	"VAL-10": "Two quorums meet in an honest validator. What keeps that one from being in both for different blocks?",
	"ECH-1":  "Two guests talk at once. Whose number is it that an answer begins with: the connection's, or everybody's?",
	"FRK-1":  "Two nodes believe different tips. Which layer of yours keeps a block, or what belongs to it, from one of them?",
}
