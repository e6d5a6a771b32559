package boundary

// export is the number by which the process can call an object of this side.
func (l *Link) export(o object) int {
	l.objects = append(l.objects, o)
	return len(l.objects)
}

// exportOnce is export for a function that is called once: it is forgotten then.
func (l *Link) exportOnce(f func(arguments)) int {
	n := len(l.objects)
	return l.export(function(func(a arguments) any {
		l.objects[n] = gone{}
		f(a)
		return nil
	}))
}

// timed is a function without arguments that is called once: it is forgotten then.
type timed func()

func (f timed) serve(l *Link, method method, _ arguments) (any, error) {
	if method != callRun {
		return unknown(l, "function", method)
	}
	f()
	return nil, nil
}

// gone stands for what was forgotten.
type gone struct{}

func (gone) serve(l *Link, method method, _ arguments) (any, error) {
	return unknown(l, "function that has run", method)
}
