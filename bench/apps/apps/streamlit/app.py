import streamlit as st

st.title("Ready")
st.write("Clicked" if st.button("Run") else "Not clicked")
